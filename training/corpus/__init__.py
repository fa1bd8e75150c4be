"""The labelled corpus: schemas, label rules, the import of a seed, splits by writer."""
