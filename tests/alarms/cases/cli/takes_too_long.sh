expect_equal 1 1
sleep 60
