"""The training pipeline: prepare, train, calibrate, evaluate, export, publish.

Never shipped with the package. Each stage is a module that runs on its own
(`python -m training.train --config training/configs/first.toml`), reads what the stage
before it left under `runs/<name>/`, and writes its own folder there.
"""
