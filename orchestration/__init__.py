"""tokenhouse: loading, building, running and looking ahead around the dbt project."""

import os

# Threads of BLAS and OpenMP wait for each other by spinning: on a busy machine that took five times
# the time of one thread, and on an idle one the small problems here gain nothing. Both libraries
# read these before numpy is imported; a value that is set already stays.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
