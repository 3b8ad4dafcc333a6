"""Stage 5, the night path: extract, fit, evaluate, save, publish, flip."""
