"""Sen: courses, grading, competence, certificates and rosters for officers who advise on public administration reform."""
