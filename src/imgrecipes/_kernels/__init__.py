"""The inner loops of the recipes: `plain` defines them, `fast` computes them faster."""
