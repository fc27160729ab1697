"""Inspection: what a trained network has learned, as arrays.

Each probe is one file with one function `(home, run_uid, ...) -> facts`, listed in `registry.PROBES`. Pages call them
by name through the engine, since all but `facts` and `registry` import keras:

    engine.call("pipelines.inspection.filters.filters", home=home, run_uid=uid)
"""
