"""How the desk shows the state of the register."""
