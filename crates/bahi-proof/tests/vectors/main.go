// Writes vectors with the reference implementations of notes, trees and tiles, those of Go's
// checksum database (golang.org/x/mod/sumdb/note and tlog), and checks texts that Bahi wrote.
//
//	go run main.go > go.txt        writes the vectors
//	go run main.go check FILE...   opens each file as a tlog-proof and says what it found
//
// Each line is a word, a name, and fields; bytes are in hexadecimal. Where Go's own verdict on a
// text is of interest, it stands behind the name.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "example.org/ledger"

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func seed(fill byte) []byte { return bytes.Repeat([]byte{fill}, 32) }

func keys(name string, algorithm byte, seed []byte) (skey, vkey string, id uint32) {
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	hash := sha256.Sum256(append([]byte(name+"\n"+string([]byte{algorithm})), public...))
	id = binary.BigEndian.Uint32(hash[:])
	b64 := func(key []byte) string {
		return base64.StdEncoding.EncodeToString(append([]byte{algorithm}, key...))
	}
	skey = fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, id, b64(seed))
	vkey = fmt.Sprintf("%s+%08x+%s", name, id, b64(public))
	return
}

func record(i int64) []byte {
	return bytes.Repeat([]byte(fmt.Sprintf("record %d;", i)), int(i%9))
}

type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = s[index]
	}
	return hashes, nil
}

func digest(hashes []tlog.Hash) string {
	h := sha256.New()
	for _, hash := range hashes {
		h.Write(hash[:])
	}
	return fmt.Sprintf("%d %x", len(hashes), h.Sum(nil))
}

func trees() {
	var hashes store
	var roots []tlog.Hash
	for i := int64(0); i < 1500; i++ {
		hashes = append(hashes, must(tlog.StoredHashes(i, record(i), hashes))...)
		roots = append(roots, must(tlog.TreeHash(i+1, hashes)))
	}
	for _, size := range []int64{1, 2, 3, 4, 5, 7, 8, 9, 13, 63, 64, 65, 255, 256, 257, 511, 512, 700, 1023, 1024, 1025, 1500} {
		fmt.Printf("root %d %x\n", size, roots[size-1][:])
		var inclusion, consistency []tlog.Hash
		for i := int64(0); i < size; i++ {
			inclusion = append(inclusion, must(tlog.ProveRecord(size, i, hashes))...)
			consistency = append(consistency, must(tlog.ProveTree(size, i+1, hashes))...)
		}
		fmt.Printf("inclusion %d %s\n", size, digest(inclusion))
		fmt.Printf("consistency %d %s\n", size, digest(consistency))
	}
	for _, size := range []int64{1, 255, 256, 257, 700, 1500} {
		// The package also lists every narrower tile on the way; the last of each place is kept.
		tiles := tlog.NewTiles(8, 0, size)
		for i, tile := range tiles {
			if i+1 < len(tiles) && tiles[i+1].L == tile.L && tiles[i+1].N == tile.N {
				continue
			}
			data := must(tlog.ReadTileData(tile, hashes))
			path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
			fmt.Printf("tile %d %s %x\n", size, path, sha256.Sum256(data))
		}
	}
	for _, n := range []int64{0, 999, 1000, 1234067, 1000000000} {
		for _, width := range []int{1, 256} {
			for level := 0; level < 2; level++ {
				path := tlog.Tile{H: 8, L: level, N: n, W: width}.Path()
				fmt.Printf("path %d %d %d tile/%s\n", level, n, width, strings.TrimPrefix(path, "tile/8/"))
			}
		}
	}
	// A proof and its checkpoint, as files.
	skey, _, _ := keys(origin, 1, seed(1))
	text := fmt.Sprintf("%s\n1025\n%s\n", origin, roots[1024])
	signed := must(note.Sign(&note.Note{Text: text}, must(note.NewSigner(skey))))
	var proof strings.Builder
	fmt.Fprintf(&proof, "c2sp.org/tlog-proof@v1\nindex 700\n")
	for _, hash := range must(tlog.ProveRecord(1025, 700, hashes)) {
		fmt.Fprintf(&proof, "%s\n", hash)
	}
	fmt.Printf("proof 700 %x\n", proof.String()+"\n"+string(signed))
	for i, text := range []string{
		string(tlog.FormatTree(tlog.Tree{N: 1025, Hash: roots[1024]})),
		"go.sum database tree\n0\n" + tlog.Hash(sha256.Sum256(nil)).String() + "\n",
		"go.sum database tree\n0\n" + roots[0].String() + "\n",
		"go.sum database tree\n9223372036854775807\n" + roots[0].String() + "\n",
		"go.sum database tree\n9223372036854775808\n" + roots[0].String() + "\n",
		"go.sum database tree\n01\n" + roots[0].String() + "\n",
		"go.sum database tree\n+1\n" + roots[0].String() + "\n",
		"go.sum database tree\n-1\n" + roots[0].String() + "\n",
		"go.sum database tree\n1\n" + roots[0].String() + "\nextension\n",
		"go.sum database tree\n1\n" + roots[0].String() + "\n\n",
		"go.sum database tree\n1\n" + roots[0].String(),
		"go.sum database tree\n1\n" + roots[0].String()[:43] + "\n",
		"go.sum database tree\n1\r\n" + roots[0].String() + "\n",
		"go.sum database tree\n1\n",
		"\n1\n" + roots[0].String() + "\n",
	} {
		_, err := tlog.ParseTree([]byte(text))
		verdict := "ok"
		if err != nil {
			verdict = "malformed"
		}
		fmt.Printf("checkpoint %d %s %x\n", i, verdict, text)
	}
}

func verdict(msg []byte, known note.Verifiers) string {
	opened, err := note.Open(msg, known)
	var invalid *note.InvalidSignatureError
	var unverified *note.UnverifiedNoteError
	switch {
	case err == nil:
		return fmt.Sprintf("ok/%d", len(opened.Sigs))
	case errors.As(err, &invalid):
		return "forged"
	case errors.As(err, &unverified):
		return "unsigned"
	default:
		return "malformed"
	}
}

func notes() {
	skey, vkey, id := keys(origin, 1, seed(1))
	skey2, vkey2, _ := keys(origin, 1, seed(2))
	skey3, _, _ := keys("example.org/stranger", 1, seed(3))
	for i, fill := range []byte{1, 2} {
		s, v, _ := keys(origin, 1, seed(fill))
		fmt.Printf("key %d %x %s %s\n", i, seed(fill), s, v)
	}
	one, two, three := must(note.NewSigner(skey)), must(note.NewSigner(skey2)), must(note.NewSigner(skey3))
	known := note.VerifierList(must(note.NewVerifier(vkey)), must(note.NewVerifier(vkey2)))
	text := origin + "\n5\n" + base64.StdEncoding.EncodeToString(seed(9)) + "\n"
	sign := func(text string, signers ...note.Signer) string {
		return string(must(note.Sign(&note.Note{Text: text}, signers...)))
	}
	plain := sign(text, one)
	line := plain[len(text)+1:]
	other := sign(text, two)[len(text)+1:]
	b64 := strings.TrimSuffix(line[strings.LastIndex(line, " ")+1:], "\n")
	raw := must(base64.StdEncoding.DecodeString(b64))
	flipped := append([]byte(nil), raw...)
	flipped[20] ^= 1
	encode := base64.StdEncoding.EncodeToString
	put := func(name, msg string) {
		fmt.Printf("note %s %s %x\n", name, verdict([]byte(msg), known), msg)
	}
	put("plain", plain)
	put("two-keys", sign(text, one, two))
	put("a-stranger-too", sign(text, three, one))
	put("a-stranger-alone", sign(text, three))
	put("twice", plain+line)
	put("second-line-forged", plain+"— "+origin+" "+encode(flipped)+"\n")
	put("forged", text+"\n— "+origin+" "+encode(flipped)+"\n")
	put("stranger-twice", sign(text, one, three)+sign(text, three)[len(text)+1:])
	put("text-with-blank-lines", sign("a\n\nb\n\n", one))
	put("text-of-one-newline", sign("\n", one))
	put("text-changed", strings.Replace(plain, "\n5\n", "\n6\n", 1))
	put("no-blank-line", text+line)
	put("two-blank-lines", text+"\n\n"+line)
	put("no-final-newline", strings.TrimSuffix(plain, "\n"))
	put("blank-line-at-end", plain+"\n")
	put("no-signature", text+"\n")
	put("empty", "")
	put("crlf", strings.ReplaceAll(plain, "\n", "\r\n"))
	put("cr-in-base64", strings.TrimSuffix(plain, "\n")+"\r\n")
	put("tab", strings.Replace(plain, " ", "\t", 1))
	put("hyphen", strings.Replace(plain, "—", "-", 1))
	put("two-spaces", strings.Replace(plain, origin+" ", origin+"  ", 1))
	put("space-at-end", strings.TrimSuffix(plain, "\n")+" \n")
	put("no-padding", text+"\n— "+origin+" "+strings.TrimRight(b64, "=")+"\n")
	put("url-base64", text+"\n— "+origin+" "+strings.NewReplacer("+", "-", "/", "_").Replace(b64)+"\n")
	put("stray-bits", text+"\n— "+origin+" "+stray(b64)+"\n")
	put("four-bytes", text+"\n— "+origin+" "+encode(raw[:4])+"\n")
	put("five-bytes", text+"\n— "+origin+" "+encode(raw[:5])+"\n")
	put("signature-longer", text+"\n— "+origin+" "+encode(append(append([]byte(nil), raw...), 0))+"\n")
	put("name-with-plus", text+"\n— a+b "+b64+"\n"+line)
	put("name-empty", text+"\n—  "+b64+"\n"+line)
	put("name-with-wide-space", text+"\n— a\u3000b "+b64+"\n"+line)
	put("not-utf8", strings.Replace(plain, "\n5\n", "\n5\xff\n", 1))
	put("delete-character", sign("a\x7f\n", one))
	put("key-id-of-another", text+"\n— "+origin+" "+encode(append(raw[:4:4], must(base64.StdEncoding.DecodeString(strings.TrimSuffix(other[strings.LastIndex(other, " ")+1:], "\n")))[4:]...))+"\n")

	vkeys := func(name, text string) {
		_, err := note.NewVerifier(text)
		verdict := "ok"
		if err != nil {
			verdict = "malformed"
		}
		fmt.Printf("vkey %s %s %x\n", name, verdict, text)
	}
	key64 := vkey[strings.LastIndex(vkey[:len(origin)+10], "+")+1:]
	vkeys("plain", vkey)
	vkeys("upper-case-id", fmt.Sprintf("%s+%08X+%s", origin, id, key64))
	vkeys("other-id", fmt.Sprintf("%s+%08x+%s", origin, id^1, key64))
	vkeys("other-name", fmt.Sprintf("%sx+%08x+%s", origin, id, key64))
	vkeys("no-name", fmt.Sprintf("+%08x+%s", id, key64))
	vkeys("space", vkey+" ")
	vkeys("newline", vkey+"\n")
	vkeys("short", vkey[:len(vkey)-4])
	vkeys("private", skey)
	vkeys("empty", "")
	_, cosigner, _ := keys("witness.example", 4, seed(4))
	vkeys("cosigner", cosigner)
	identity := append([]byte{1, 1}, make([]byte, 31)...)
	hash := sha256.Sum256(append([]byte("weak\n"), identity...))
	vkeys("small-order", fmt.Sprintf("weak+%x+%s", hash[:4], encode(identity)))
}

// stray sets bits of the last character of base64 that no byte needs.
func stray(b64 string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	at := len(strings.TrimRight(b64, "=")) - 1
	if at == len(b64)-1 {
		panic("no padding")
	}
	last := strings.IndexByte(digits, b64[at])
	return b64[:at] + string(digits[last|1]) + b64[at+1:]
}

// Cosignatures, which the reference package does not know, from Go's own Ed25519.
func cosignatures() {
	private := ed25519.NewKeyFromSeed(seed(4))
	skey, vkey, id := keys("witness.example", 4, seed(4))
	for _, at := range []uint64{0, 1679315147, 1<<63 - 1, 1 << 63} {
		text := origin + "\n5\n" + base64.StdEncoding.EncodeToString(seed(9)) + "\n"
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, text)
		out := binary.BigEndian.AppendUint32(nil, id)
		out = binary.BigEndian.AppendUint64(out, at)
		out = append(out, ed25519.Sign(private, []byte(message))...)
		line := "— witness.example " + base64.StdEncoding.EncodeToString(out) + "\n"
		fmt.Printf("cosignature %d %s %s %x %x\n", at, skey, vkey, text, line)
	}
}

// check opens a tlog-proof whose extra line carries the record, with the key of the vectors.
func check(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, signed, found := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("no tlog-proof")
	}
	record, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	_, vkey, _ := keys(origin, 1, seed(1))
	opened, err := note.Open([]byte(signed), note.VerifierList(must(note.NewVerifier(vkey))))
	if err != nil {
		return err
	}
	body := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(body[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(body[2])
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(record))
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "check" {
		for _, path := range os.Args[2:] {
			if err := check(path); err != nil {
				fmt.Printf("%s: %v\n", path, err)
				os.Exit(1)
			}
			fmt.Printf("%s: ok\n", path)
		}
		return
	}
	trees()
	notes()
	cosignatures()
}
