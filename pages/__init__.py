"""The pages: read the store, draw, turn clicks into specs."""
