expect_equal 1 1
false
expect_equal 2 2
