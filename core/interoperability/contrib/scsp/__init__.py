"""The SCSP v3 protocol of data intermediation platforms (PID, NISAE): a signed SOAP request, one answer."""
