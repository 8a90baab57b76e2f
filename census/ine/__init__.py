"""The files that town halls and the INE exchange about inhabitants."""
