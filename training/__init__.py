"""The training pipeline. Never shipped with the package.

Each stage is a module that runs on its own, reads what the stage before it left under
`runs/<name>/`, and writes a folder of its own there. In order:

    python -m training.prepare   --config training/configs/release.toml
    python -m training.train     --config training/configs/release.toml
    python -m training.calibrate --config training/configs/release.toml
    python -m training.export    --config training/configs/release.toml
    python -m training.evaluate  --config training/configs/release.toml [--external FOLDER]
    python -m training.publish   --config training/configs/release.toml

`first.toml` holds three writers back for testing; `release.toml` learns from them too.
A training run that was stopped goes on where it stopped. Runs are logged to an MLflow store
in `runs/mlflow`. Another data set or encoder is a change of data files, splits and config.
"""
