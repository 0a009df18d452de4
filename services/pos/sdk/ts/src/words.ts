// Messages of the interface; their fields are described there and at /docs/api of
// every server.
export * from "../../../../../gen/ts/changke/pos/v1/pos_pb.js";
export * from "../../../../../gen/ts/changke/pos/v1/pos_service_pb.js";
export {
  BillOutcome,
  BillSchema,
  type Bill,
  type BillLine,
  type BillRefund,
  type BillResult,
} from "../../../../../gen/ts/changke/visit/v1/bill_service_pb.js";
export { BillStatus, BookingKind, BookingState, MealPeriod } from "../../../../../gen/ts/changke/visit/v1/visit_pb.js";
export { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
