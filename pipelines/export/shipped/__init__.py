"""Programs that travel inside exports. They run by themselves and import nothing of Netloom."""
