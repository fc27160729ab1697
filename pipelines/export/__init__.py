"""Export: a trained run becomes files that work without Netloom, and that were tried before anybody gets them.

`registry.FORMATS` lists the formats, `reports.reports` what was exported; neither imports keras. Writing one takes
seconds, so pages do it in the engine's slow lane:

    engine.call("pipelines.export.exporter.export", lane="slow", timeout_s=600, home=home, run_uid=uid, format="keras")
"""
