"""Training of the meta-model: simulated experiments, their figures, and the demo."""
