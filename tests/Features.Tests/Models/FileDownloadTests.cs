using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MuSc.Features.Models;

namespace MuSc.Features.Tests.Models;

/// <summary>Downloads from a server on the loopback address: whole, broken, resumed, changed, refused.</summary>
public sealed class FileDownloadTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LoopbackServer _server = new();
    private readonly HttpClient _client = new();
    private readonly ImmediateTime _time = new();
    private readonly string _path;
    private readonly string _sum;

    public FileDownloadTests()
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        _server.Content = content;
        _path = _folder.At("models", "model.safetensors");
        _sum = Convert.ToHexStringLower(SHA256.HashData(content));
    }

    [Fact]
    public async Task A_download_is_whole_and_reports_progress()
    {
        Progress progress = new();
        await DownloadAsync(_sum, progress);
        Arrived();
        Assert.Equal(new DownloadProgress(300_000, 300_000), progress.Last);
        Assert.Empty(_time.Pauses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_connection_resumes_at_the_same_byte(bool checksumKnown)
    {
        _server.Tag = checksumKnown ? null : "\"v1\"";
        _server.Breaks.Enqueue(100_000);
        _server.Breaks.Enqueue(50_000);
        Progress progress = new();
        await DownloadAsync(checksumKnown ? _sum : null, progress);
        Arrived();
        Assert.Equal(["", "bytes=100000-", "bytes=150000-"], _server.RequestedRanges);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], _time.Pauses);
        Assert.Equal(new DownloadProgress(300_000, 300_000), progress.Last);
    }

    [Fact]
    public async Task A_later_run_goes_on_from_what_an_earlier_one_left()
    {
        for (int i = 0; i < 6; i++)
        {
            _server.Breaks.Enqueue(i == 0 ? 200_000 : 0);
        }

        ModelException error = await Assert.ThrowsAsync<ModelException>(() => DownloadAsync(_sum));
        Assert.Contains(_path, error.Message);
        Assert.Contains(_server.Address.ToString(), error.Message);
        Assert.False(File.Exists(_path));
        Assert.Equal(200_000, new FileInfo(_path + ".part").Length);

        await DownloadAsync(_sum);
        Arrived();
        Assert.Equal("bytes=200000-", _server.RequestedRanges[^1]);
    }

    [Fact]
    public async Task A_server_without_ranges_starts_from_the_beginning()
    {
        _server.Ranges = false;
        _server.Breaks.Enqueue(100_000);
        await DownloadAsync(_sum);
        Arrived();
    }

    [Fact]
    public async Task A_changed_file_is_not_joined_to_the_older_one()
    {
        _server.Tag = "\"v1\"";
        _server.Breaks.Enqueue(100_000);
        for (int i = 0; i < 5; i++)
        {
            _server.Breaks.Enqueue(0);
        }

        await Assert.ThrowsAsync<ModelException>(() => DownloadAsync(null));
        _server.Tag = "\"v2\"";
        _server.Content = [.. _server.Content.Reverse()];
        await DownloadAsync(null);
        Arrived();
    }

    [Fact]
    public async Task Without_checksum_and_version_a_download_is_not_resumed()
    {
        _server.Breaks.Enqueue(100_000);
        await DownloadAsync(null);
        Arrived();
        Assert.Equal(["", ""], _server.RequestedRanges);
    }

    [Fact]
    public async Task A_whole_part_is_only_checked()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await File.WriteAllBytesAsync(_path + ".part", _server.Content);
        await DownloadAsync(_sum);
        Arrived();
    }

    [Fact]
    public async Task Another_file_is_refused_and_removed()
    {
        ModelException error = await Assert.ThrowsAsync<ModelException>(() => DownloadAsync(new string('0', 64)));
        Assert.Contains(_sum, error.Message);
        Assert.Empty(Directory.GetFiles(_folder.At("models")));
    }

    [Fact]
    public async Task A_missing_file_is_not_asked_for_again()
    {
        _server.Status = 404;
        Assert.Contains("404", (await Assert.ThrowsAsync<ModelException>(() => DownloadAsync(_sum))).Message);
        Assert.Single(_server.RequestedRanges);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        _server.Status = 503;
        Assert.Contains("503", (await Assert.ThrowsAsync<ModelException>(() => DownloadAsync(_sum))).Message);
        Assert.Equal(6, _server.RequestedRanges.Count);
    }

    [Fact]
    public async Task Without_network_the_error_says_which_file_to_put_where()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        Uri address = new($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/model.safetensors");
        closed.Stop();
        ModelException error = await Assert.ThrowsAsync<ModelException>(
            () => new FileDownload(_client, _time).DownloadAsync(address, _path, _sum, null, null, CancellationToken.None));
        Assert.Contains($"put it at {_path}", error.Message);
        Assert.Contains(address.ToString(), error.Message);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task A_stopped_download_keeps_what_arrived()
    {
        _server.Breaks.Enqueue(100_000);
        using CancellationTokenSource stop = new();
        Progress progress = new(stop.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new FileDownload(_client, _time).DownloadAsync(_server.Address, _path, _sum, null, progress, stop.Token));
        Assert.False(File.Exists(_path));
        Assert.True(new FileInfo(_path + ".part").Length > 0);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    private Task DownloadAsync(string? sum, Progress? progress = null) =>
        new FileDownload(_client, _time).DownloadAsync(_server.Address, _path, sum, null, progress, CancellationToken.None);

    private void Arrived()
    {
        Assert.Equal(_server.Content, File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(_folder.At("models")));
    }

    private sealed class Progress(Action? then = null) : IProgress<DownloadProgress>
    {
        public DownloadProgress Last { get; private set; }

        public void Report(DownloadProgress value)
        {
            Last = value;
            then?.Invoke();
        }
    }
}
