"""Data: where rows come from, how they are split, prepared and shown. Nothing here imports keras but keras_*.py.

    spec -> Source -> RawData -> rows by split -> Encoding (fitted on training rows) -> Splits -> Preparation -> network

`facts(spec)` says what a data set is; `load(spec)` reads and splits it as numbers:

    from pipelines.data.facts import facts
    from pipelines.data.loading import load

    splits = load(DataSpec())
    splits.x["train"]   # (rows, *facts.encoded_shape), unscaled: uint8, float32, or int32 token ids
    splits.y["train"]   # (rows, *facts.target_shape)

Sets that must be downloaded, and tables, texts and images that must be encoded, are made ready by
`pipelines.data.keras_loading.prepare` in a Keras process, once; from then on `load` finds them here, without keras.
A new data set is one file in `sources` and one line in `registry.SOURCES`.
"""
