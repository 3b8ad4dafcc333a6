"""From ratings to recommendations. The folders are stages, each of which uses only earlier ones."""
