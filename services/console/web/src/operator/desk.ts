// The operator's desk is one file that nobody of a chain ever loads.
export { default as Activate } from './Activate.tsx'
export { default as Acts } from './Acts.tsx'
export { default as Chains } from './Chains.tsx'
export { default as Desk } from './Desk.tsx'
export { default as Login } from './OperatorLogin.tsx'
export { default as OwnSupport } from './OwnSupport.tsx'
