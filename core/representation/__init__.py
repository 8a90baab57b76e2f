"""The register of powers: who may act for whom, until when, and what proves it (Ley 39/2015, arts. 5 and 6)."""
