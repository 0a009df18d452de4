package kernel

import "fmt"

// Fen is an amount of money in fen (分), 1/100 yuan. It is never a float.
type Fen int64

// String gives ¥1,280.00.
func (f Fen) String() string {
	sign, n := "", int64(f)
	if n < 0 {
		sign, n = "-", -n
	}
	yuan, out := n/100, ""
	for yuan >= 1000 {
		out = fmt.Sprintf(",%03d%s", yuan%1000, out)
		yuan /= 1000
	}
	return fmt.Sprintf("%s¥%d%s.%02d", sign, yuan, out, n%100)
}
