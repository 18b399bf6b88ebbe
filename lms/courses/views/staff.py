"""What staff see and do: who is where, nominate officers, enrolment rules, due days."""
