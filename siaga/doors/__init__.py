"""What stands at every address that we listen on: who is knocking, how often they may, and which token opens."""
