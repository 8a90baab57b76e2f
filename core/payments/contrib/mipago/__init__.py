"""MiPago, the gateway of the Basque administrations: Cuaderno 60 payments on the screen."""
