"""Once only: what a town or another administration knows is looked up, not asked for (Ley 39/2015, art. 28)."""
