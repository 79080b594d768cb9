using System.Net;
using System.Net.Sockets;

namespace MuSc.Cluster.Tests.Client;

/// <summary>A connection to a server that breaks each time it has carried so many bytes of answers.</summary>
internal sealed class BreakingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _server;
    private readonly int _bytes;
    private readonly Task _accepting;
    private int _broken;

    /// <param name="server">The server's port.</param>
    /// <param name="bytes">Bytes of answers that a connection carries.</param>
    public BreakingProxy(int server, int bytes)
    {
        (_server, _bytes) = (server, bytes);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The server, by way of this.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many connections broke.</summary>
    public int Broken => _broken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _accepting);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (TcpClient server = new())
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            Task questions = PassAsync(client.GetStream(), server.GetStream(), long.MaxValue);
            await PassAsync(server.GetStream(), client.GetStream(), _bytes);
            Interlocked.Increment(ref _broken);
            // What comes next meets a connection that is reset.
            client.LingerState = new(true, 0);
            client.Close();
            server.Close();
            await questions;
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, long bytes)
    {
        byte[] buffer = new byte[1024];
        try
        {
            int read;
            while (bytes > 0 && (read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), _end.Token)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
                bytes -= read;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side is gone.
        }
    }
}
