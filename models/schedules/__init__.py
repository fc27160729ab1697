"""Learning-rate schedules that the lectures need and Keras lacks, one a file.

Each file imports keras alone, since the code that people take home carries it along as it is, and registers its class
under the package `netloom`, so that a saved optimizer names it.
"""
