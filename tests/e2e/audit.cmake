# Tests of the audit of root zones: files and loopback only, no lab.
function(add_audit_test name)
  cmake_parse_arguments(AUDIT "" "SCRIPT;TIMEOUT" "ARGUMENTS;LABELS" ${ARGN})
  add_test(NAME e2e/${name}
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/${AUDIT_SCRIPT} ${AUDIT_ARGUMENTS})
  set_tests_properties(e2e/${name} PROPERTIES ENVIRONMENT "RW_BUILD=${CMAKE_BINARY_DIR};PYTHONUNBUFFERED=1"
                       SKIP_RETURN_CODE 77 TIMEOUT ${AUDIT_TIMEOUT} LABELS "e2e;${AUDIT_LABELS}")
endfunction()

add_audit_test(audit SCRIPT audit_log.py TIMEOUT 120)
add_audit_test(audit_demo SCRIPT audit_demo TIMEOUT 120)
add_audit_test(audit_hostile SCRIPT audit_hostile.py TIMEOUT 600)
add_audit_test(audit_kill SCRIPT audit_kill.py TIMEOUT 120)
add_audit_test(audit_kill_200 SCRIPT audit_kill.py ARGUMENTS --rounds 200 TIMEOUT 1800 LABELS long)
add_audit_test(audit_archive SCRIPT audit_archive.py TIMEOUT 1800 LABELS long)
add_audit_test(audit_attacks SCRIPT audit_attacks.py TIMEOUT 300)
add_audit_test(audit_worst SCRIPT audit_worst.py TIMEOUT 900 LABELS long)
