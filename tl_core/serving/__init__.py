"""The resident predictor: one process that keeps the models in use loaded, and those who ask it."""
