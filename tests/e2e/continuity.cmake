# Tests of continuity: files only, no lab. The twin judges the histories that the unit tests write.
add_test(NAME e2e/authority_demo COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/authority_demo)
set_tests_properties(e2e/authority_demo PROPERTIES ENVIRONMENT "RW_BUILD=${CMAKE_BINARY_DIR};PYTHONUNBUFFERED=1"
                     SKIP_RETURN_CODE 77 TIMEOUT 120 LABELS e2e)
add_test(NAME continuity/twin COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/../continuity/twin.py
         $<TARGET_FILE:unit_zones_continuity>)
set_tests_properties(continuity/twin PROPERTIES TIMEOUT 300)
add_test(NAME e2e/continuity_token COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/continuity_token.py)
set_tests_properties(e2e/continuity_token PROPERTIES ENVIRONMENT "RW_BUILD=${CMAKE_BINARY_DIR};PYTHONUNBUFFERED=1"
                     SKIP_RETURN_CODE 77 TIMEOUT 120 LABELS e2e)
# Five million steps; the unit test alone takes a hundred thousand.
add_test(NAME continuity/histories COMMAND unit_zones_continuity "--test-case=in every order*")
set_tests_properties(continuity/histories PROPERTIES ENVIRONMENT "RW_HISTORY_COUNT=200000" TIMEOUT 1800 LABELS long)
add_test(NAME e2e/continuity_tools COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/continuity_tools.py)
set_tests_properties(e2e/continuity_tools PROPERTIES ENVIRONMENT "RW_BUILD=${CMAKE_BINARY_DIR};PYTHONUNBUFFERED=1"
                     TIMEOUT 180 LABELS e2e)
