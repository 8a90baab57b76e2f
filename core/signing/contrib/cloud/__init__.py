"""A certificate that a trust service keeps for her, by the Cloud Signature Consortium's API, version 2."""
