using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MuSc.Features.Tests.Models;

/// <summary>A small HTTP server on the loopback address that gives one file, with ranges, and can break connections.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public LoopbackServer()
    {
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/model.safetensors");

    /// <summary>The file.</summary>
    public byte[] Content { get; set; } = [];

    /// <summary>Its entity tag, or none.</summary>
    public string? Tag { get; set; }

    /// <summary>Whether ranges are honoured.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>After how many bytes of the body each answer breaks off, first to last; answers beyond the list are whole.</summary>
    public Queue<int> Breaks { get; } = [];

    /// <summary>The status of every answer, instead of the file.</summary>
    public int? Status { get; set; }

    /// <summary>The range header of each request; empty where there was none.</summary>
    public List<string> RequestedRanges { get; } = [];

    public void Dispose()
    {
        _listener.Stop();
        _serving.GetAwaiter().GetResult();
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        for (string? line = await reader.ReadLineAsync(); !string.IsNullOrEmpty(line); line = await reader.ReadLineAsync())
        {
            string[] parts = line.Split(": ", 2);
            headers[parts[0]] = parts[^1];
        }

        string range = headers.GetValueOrDefault("Range", "");
        RequestedRanges.Add(range);
        bool current = headers.GetValueOrDefault("If-Range", Tag ?? "") == (Tag ?? "");
        int start = Ranges && current && range.Length > 0 ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        if (Status is not null || start >= Content.Length)
        {
            int status = Status ?? 416;
            await WriteAsync(stream, $"HTTP/1.1 {status} No\r\nContent-Range: bytes */{Content.Length}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }

        string first = start > 0 ? $"206 Partial Content\r\nContent-Range: bytes {start}-{Content.Length - 1}/{Content.Length}" : "200 OK";
        string tag = Tag is null ? "" : $"ETag: {Tag}\r\n";
        await WriteAsync(stream, $"HTTP/1.1 {first}\r\n{tag}Content-Length: {Content.Length - start}\r\nConnection: close\r\n\r\n");
        int length = Breaks.TryDequeue(out int limit) ? Math.Min(limit, Content.Length - start) : Content.Length - start;
        await stream.WriteAsync(Content.AsMemory(start, length));
    }

    private static Task WriteAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();
}
