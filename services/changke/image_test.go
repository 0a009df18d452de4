//go:build image && linux

package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/testdb"
)

// TestImage unpacks the image that `make image` wrote and runs it as an engine
// would: nothing in sight but the image's own files, as the image's user.
func TestImage(t *testing.T) {
	img := unpackImage(t, "../../bin/image.tar")

	t.Run("OK holds the binary and the CA bundle, nothing else", func(t *testing.T) {
		require.Equal(t, []string{"changke", "etc/ssl/certs/ca-certificates.crt"}, img.files)
		require.Equal(t, []string{"/changke"}, img.Config.Entrypoint)
		require.Equal(t, []string{"serve"}, img.Config.Cmd)
		require.Equal(t, fmt.Sprintf("%d:%d", imageUser, imageUser), img.Config.User)
	})

	t.Run("OK says its version", func(t *testing.T) {
		out, err := img.command(t, nil, "version").CombinedOutput()
		require.NoError(t, err, string(out))
		require.NotEmpty(t, strings.TrimSpace(string(out)))
	})

	t.Run("OK migrates, serves and ends on a signal", func(t *testing.T) {
		d := testdb.Empty(t)
		app, err := url.Parse(d.AppURL)
		require.NoError(t, err)
		password, _ := app.User.Password()
		out, err := img.command(t, []string{"DATABASE_URL=" + d.SuperURL, "CHANGKE_APP_PASSWORD=" + password}, "migrate").CombinedOutput()
		require.NoError(t, err, string(out))

		listen, ops := freeAddress(t), freeAddress(t)
		env := []string{
			"DATABASE_URL=" + d.AppURL, "CHANGKE_LISTEN=" + listen, "CHANGKE_OPS_LISTEN=" + ops,
			"CHANGKE_MASTER_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
		}
		server := img.command(t, env, img.Config.Cmd...)
		var log bytes.Buffer
		server.Stdout, server.Stderr = &log, &log
		require.NoError(t, server.Start())
		ended := make(chan error, 1)
		go func() { ended <- server.Wait() }()
		require.Eventually(t, func() bool {
			select {
			case err := <-ended:
				ended <- err
				return true
			default:
				return status("http://"+ops+"/readyz") == http.StatusOK
			}
		}, time.Minute, 50*time.Millisecond, "not ready")
		if len(ended) > 0 {
			t.Fatalf("serve ended: %v\n%s", <-ended, log.String())
		}

		out, err = img.command(t, env, "health").CombinedOutput()
		require.NoError(t, err, string(out))
		require.Equal(t, http.StatusOK, status("http://"+listen+"/"))
		require.NoError(t, server.Process.Signal(syscall.SIGTERM))
		err = <-ended
		require.NoError(t, err, log.String())
	})
}

// imageUser is who the image runs as.
const imageUser = 10001

// image is an unpacked docker-archive.
type image struct {
	root   string
	files  []string // sorted paths of what is not a folder
	Config struct {
		User       string
		Entrypoint []string
		Cmd        []string
	} `json:"config"`
}

// command runs the image's entry point inside the image. Whoever is not root
// does it in a user namespace of his own.
func (i *image) command(t *testing.T, env []string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, i.Config.Entrypoint[0], append(i.Config.Entrypoint[1:], args...)...)
	cmd.Dir = "/"
	cmd.Env = append([]string{}, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     i.root,
		Credential: &syscall.Credential{Uid: imageUser, Gid: imageUser, NoSetGroups: os.Getuid() != 0},
		Pdeathsig:  syscall.SIGKILL,
	}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: imageUser, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: imageUser, HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

func unpackImage(t *testing.T, path string) *image {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err, "make image writes it")
	defer func() { _ = f.Close() }()
	parts := map[string][]byte{}
	for archive := tar.NewReader(f); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if h.Typeflag == tar.TypeReg {
			parts[h.Name], err = io.ReadAll(archive)
			require.NoError(t, err)
		}
	}
	var manifest []struct {
		Config string
		Layers []string
	}
	require.NoError(t, json.Unmarshal(parts["manifest.json"], &manifest))
	require.Len(t, manifest, 1)
	img := &image{root: t.TempDir()}
	require.NoError(t, os.Chmod(img.root, 0o755))
	require.NoError(t, json.Unmarshal(parts[manifest[0].Config], img))
	for _, layer := range manifest[0].Layers {
		unpackLayer(t, img.root, parts[layer])
	}
	require.NoError(t, fs.WalkDir(os.DirFS(img.root), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			img.files = append(img.files, path)
		}
		return err
	}))
	return img
}

func unpackLayer(t *testing.T, dir string, layer []byte) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer func() { _ = root.Close() }()
	for archive := tar.NewReader(bytes.NewReader(layer)); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		switch h.Typeflag {
		case tar.TypeDir:
			require.NoError(t, root.MkdirAll(filepath.Clean(h.Name), h.FileInfo().Mode().Perm()))
		case tar.TypeReg:
			body, err := io.ReadAll(archive)
			require.NoError(t, err)
			require.NoError(t, root.WriteFile(filepath.Clean(h.Name), body, h.FileInfo().Mode().Perm()))
		default:
			t.Fatalf("%s is neither a file nor a folder", h.Name)
		}
	}
}

// freeAddress is a loopback address that nobody uses at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

func status(url string) int {
	resp, err := http.Get(url)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}
