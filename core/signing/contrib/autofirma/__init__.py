"""AutoFirma, the signing programme of the Spanish administrations, by its protocol with a server in between."""
