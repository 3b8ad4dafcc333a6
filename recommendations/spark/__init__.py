"""Where one machine ends: the night path's heavy steps on a Spark cluster. All that knows pyspark is in here."""
