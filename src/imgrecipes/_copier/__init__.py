"""What copies recipes into other projects, and checks the copies later."""
