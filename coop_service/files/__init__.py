"""Files and drawings: sheets, papers, maps, network folders and folders of results."""
