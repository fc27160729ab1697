"""Data: where rows come from, how they are split, scaled and shown. Nothing here imports keras but keras_*.py.

`facts(spec)` says what a data set is without reading it; `load(spec)` reads and splits it:

    from pipelines.data.facts import facts
    from pipelines.data.loading import load

    splits = load(DataSpec())
    splits.x["train"]   # (rows, *facts.input_shape), raw: uint8 or float32
    splits.y["train"]   # (rows,): int64 class ids, or float32 for regression

Sets that must be downloaded are fetched by `pipelines.data.keras_datasets.fetch` (a Keras process) or started from
a page by `pipelines.data.downloads.start`; once they are on disk, `load` reads them here, without keras.
A new data set is one file in `sources` and one line in `registry.SOURCES`.
"""
