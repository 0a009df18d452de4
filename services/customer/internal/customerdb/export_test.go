package customerdb

// The statements by name, for tests of their plans.
const (
	SQLReviewsOfTenant      = reviewsOfTenant
	SQLReviewsOfStores      = reviewsOfStores
	SQLCountReviewsOfStores = countReviewsOfStores
	SQLNumberHolder         = numberHolder
	SQLFile                 = file
	SQLRows                 = rows
	SQLOpenFilesOf          = openFilesOf
	SQLEvents               = events
	SQLSetOwners            = setOwners
)
