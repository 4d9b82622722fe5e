"""Runs an SBML file by libRoadRunner: FILE END INTERVALS NAMES (with commas between) to rows of CSV, time first."""

import sys

import roadrunner

roadrunner.Logger.disableLogging()
path, end, intervals, names = sys.argv[1:5]
model = roadrunner.RoadRunner(path)
integrator = model.getIntegrator()
integrator.setValue("relative_tolerance", 1e-10)
integrator.setValue("absolute_tolerance", 1e-14)
integrator.setValue("maximum_num_steps", 1000000)
rows = model.simulate(0.0, float(end), int(intervals) + 1, ["time", *names.split(",")])
for row in rows:
    print(",".join(repr(float(x)) for x in row))
