package main

import "github.com/changke/changke/services/platform/db"

// boxes is every column of tenants' tables that rests as ciphertext under the
// chain's data key: a rotation seals it anew, an export opens what has a name
// for it. A column that ends in _box and is missing here fails a test.
var boxes = []db.BoxColumn{
	{Table: "person", Column: "number_box", Row: "person_id", Bound: "person", As: "number"},
	{Table: "person_email", Column: "email_box", Row: "person_id", Bound: "person_email", As: "email"},
	{Table: "second_factor", Column: "secret_box", Row: "person_id", Bound: "second_factor"},
	{Table: "second_factor", Column: "pending_box", Row: "person_id", Bound: "second_factor"},
	{Table: "sso_provider", Column: "secret_box", Row: "tenant_id", Bound: "sso_provider"},
	{Table: "account_request", Column: "number_box", Row: "request_id", Bound: "account_request", As: "number"},
	{Table: "staff_import", Column: "file_box", Row: "import_id", Bound: "staff_import"},
	{Table: "guest", Column: "number_box", Row: "file_id", Bound: "guest", As: "number"},
	{Table: "file_revision", Column: "fields_box", Row: "revision_id", Bound: "file_revision", As: "fields", JSON: true},
	{Table: "file_revision", Column: "reasons_box", Row: "revision_id", Bound: "file_revision.reasons", As: "reasons", JSON: true},
	{Table: "file_revision", Column: "number_box", Row: "revision_id", Bound: "file_revision.number", As: "number"},
	{Table: "change_request", Column: "values_box", Row: "request_id", Bound: "change_request", As: "values", JSON: true},
	{Table: "change_request", Column: "refusal_box", Row: "request_id", Bound: "change_request.refusal", As: "refusal", JSON: true},
	{Table: "spot_check_finding", Column: "findings_box", Row: "file_id", Bound: "spot_check_finding", As: "findings", JSON: true},
	{Table: "reveal_reason", Column: "reason_box", Row: "reveal_id", Bound: "reveal_reason", As: "reason"},
	{Table: "conflict_case", Column: "texts_box", Row: "case_id", Bound: "conflict_case", As: "texts", JSON: true},
	{Table: "appeal", Column: "texts_box", Row: "appeal_id", Bound: "appeal", As: "texts", JSON: true},
	{Table: "brake", Column: "reason_box", Row: "brake_id", Bound: "brake.reason", As: "reason"},
	{Table: "correction", Column: "reason_box", Row: "correction_id", Bound: "correction.reason", As: "reason"},
	{Table: "file_contact", Column: "number_box", Row: "contact_id", Bound: "file_contact", As: "number"},
	{Table: "file_contact", Column: "name_box", Row: "contact_id", Bound: "file_contact.name", As: "name"},
	{Table: "deletion_request", Column: "reason_box", Row: "request_id", Bound: "deletion_request.reason", As: "reason"},
	{Table: "deletion_request", Column: "refusal_box", Row: "request_id", Bound: "deletion_request.refusal", As: "refusal"},
	{Table: "file_merge", Column: "reason_box", Row: "merge_id", Bound: "file_merge.reason", As: "reason"},
	{Table: "guest_request", Column: "number_box", Row: "request_id", Bound: "guest_request", As: "number"},
	{Table: "guest_request", Column: "note_box", Row: "request_id", Bound: "guest_request.note", As: "note"},
	{Table: "guest_request", Column: "refusal_box", Row: "request_id", Bound: "guest_request.refusal", As: "refusal"},
	{Table: "booking", Column: "number_box", Row: "booking_id", Bound: "booking", As: "number"},
	{Table: "message", Column: "number_box", Row: "message_id", Bound: "message", As: "number"},
	{Table: "message", Column: "secret_box", Row: "message_id", Bound: "message secret"},
	{Table: "webhook_secret", Column: "secret_box", Row: "secret_id", Bound: "webhook_secret"},
	{Table: "call", Column: "number_box", Row: "call_id", Bound: "call", As: "number"},
}

// boxesLeft are columns of boxes that a rotation leaves under the key they were
// sealed with, which stays readable: bound to what is no column, and gone with
// their import.
var boxesLeft = []string{"import_row.row_box", "import_part.part_box", "import_text.text_box"}
