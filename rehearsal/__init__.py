"""The Dockerfile's own steps, gone through without Docker: what can be proved of an image where none can be built."""
