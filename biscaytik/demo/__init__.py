"""The demo county: pilot towns with clerks, citizens, residents and case files, all of them invented."""
