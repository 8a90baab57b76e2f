"""The ground floor: what every other room stands on."""
