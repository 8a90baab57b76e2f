"""The pages: clerks' (`inbox`, `file`) and citizens' (`citizen`)."""
