"""What is owed and how it is paid: fees as dated data, charges, gateways, receipts."""
