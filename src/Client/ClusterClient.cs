using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MuSc.Grains;
using MuSc.Grains.Messages;
using Orleans.Configuration;

namespace MuSc.Client;

/// <summary>
/// A connection to a cluster from inside it, by way of a gateway for Orleans. Every call is tried again while the cluster changes; since
/// identifiers are chosen by the caller, a repetition never makes a second job.
/// </summary>
public sealed class ClusterClient : MuScClient
{
    private const int PartBytes = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly IGrainFactory _grains;
    private readonly IHost? _host;
    private RetryPolicy? _calls;

    /// <summary>Uses a client that is connected already.</summary>
    public ClusterClient(IGrainFactory grains) => _grains = grains;

    private ClusterClient(IHost host)
        : this(host.Services.GetRequiredService<IClusterClient>()) => _host = host;

    private RetryPolicy Calls => _calls ??= new("client", Patience, Pause, Time);

    /// <summary>See <see cref="MuScClient.ConnectAsync"/>.</summary>
    internal static new async Task<ClusterClient> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken)
    {
        long began = TimeProvider.System.GetTimestamp();
        IPEndPoint? gateway = address.Gateway is { } name ? await ResolveAsync(name, cancellationToken) : null;
        IHost host = new HostBuilder()
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .UseOrleansClient(client =>
            {
                client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (address.ClusterId, address.ServiceId));
                client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(15));
                client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
                client.AddActivityPropagation();
                if (gateway is not null)
                {
                    client.UseStaticClustering(gateway);
                }
                else
                {
                    client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", address.ConnectionString!));
                }

                client.UseConnectionRetryFilter(async (error, token) =>
                {
                    await Task.Delay(Pause, token);
                    return TimeProvider.System.GetElapsedTime(began) < address.Patience;
                });
            })
            .Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return new(host);
        }
        catch (Exception error)
        {
            host.Dispose();
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(cancellationToken)
                : new JobException(JobErrorKind.Resource, $"No silo of the cluster {address} answered within {address.Patience.TotalSeconds:F0} s: {error.Message}", error);
        }
    }

    public override async Task<bool> SubmitAsync(ScoringJobSpec spec, string id, CancellationToken cancellationToken)
    {
        ScoringJobValidation.Check(spec);
        using Activity? span = ClusterTraces.Begin(ClusterTraces.Submit, id);
        return await Calls.RunAsync(() => Job(id).SubmitAsync(spec, cancellationToken), cancellationToken);
    }

    public override async Task<IReadOnlyList<JobStatus>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        JobStatus[] listed = await Calls.RunAsync(() => _grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).ListAsync(query), cancellationToken);
        // What a job does at the moment it knows itself.
        IEnumerable<Task<JobStatus?>> now = listed.Select(job => job.HasEnded
            ? Task.FromResult<JobStatus?>(job)
            : Calls.RunAsync(() => Job(job.Id).StatusAsync(cancellationToken), cancellationToken));
        return [.. (await Task.WhenAll(now)).OfType<JobStatus>().Where(job => query.States.Count == 0 || query.States.Contains(job.State))];
    }

    public override async Task<JobStatus> StatusAsync(string id, CancellationToken cancellationToken) =>
        await Calls.RunAsync(() => Job(id).StatusAsync(cancellationToken), cancellationToken)
            ?? throw new JobException(JobErrorKind.NotFound, $"There is no job {id} in this cluster.");

    public override Task<ScoringJobSpec> SettingsAsync(string id, CancellationToken cancellationToken) =>
        Calls.RunAsync(() => Job(id).SettingsAsync(cancellationToken), cancellationToken);

    public override async IAsyncEnumerable<JobEvent> EventsAsync(string id, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        long seen = after;
        while (true)
        {
            await using IAsyncEnumerator<JobEvent> events = Job(id).WatchAsync(seen, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events))
            {
                seen = events.Current.Number;
                yield return events.Current;
            }

            // The stream ends with the job, or with the silo that served it: then it goes on from what was seen last.
            if ((await StatusAsync(id, cancellationToken)).HasEnded)
            {
                yield break;
            }

            await Task.Delay(Pause, Time, cancellationToken);
        }
    }

    public override async Task<ResultLines> LinesAsync(string id, int first, int count, CancellationToken cancellationToken)
    {
        ResultPageMessage page = await Calls.RunAsync(() => Job(id).ResultsAsync(first, count, cancellationToken), cancellationToken);
        ResultRow[] rows = MessagePackSerializer.Deserialize<ResultRow[]>(page.Rows, cancellationToken: cancellationToken);
        return new(page.Total, [.. rows.Select(row => row.ToResult())], page.Folder, page.PhaseTimes, page.Decision);
    }

    public override async Task<IReadOnlyList<StoredFile>> FilesAsync(string id, CancellationToken cancellationToken) =>
        await Calls.RunAsync(() => Job(id).FilesAsync(cancellationToken), cancellationToken);

    public override Task<Stream> OpenFileAsync(string id, string name, CancellationToken cancellationToken) =>
        OpenAsync((offset, token) => Job(id).ReadFileAsync(name, offset, token), cancellationToken);

    public override Task<Stream> OpenImageAsync(string id, string name, ImageView view, double? threshold, CancellationToken cancellationToken) =>
        OpenAsync((offset, token) => Job(id).ReadImageAsync(name, view, threshold, offset, token), cancellationToken);

    public override async Task<IReadOnlyDictionary<string, bool>> MarksAsync(string id, CancellationToken cancellationToken) =>
        await Calls.RunAsync(() => Job(id).MarksAsync(cancellationToken), cancellationToken);

    public override Task MarkAsync(string id, string name, bool? anomalous, CancellationToken cancellationToken) =>
        Calls.RunAsync(() => Job(id).MarkAsync(name, anomalous, cancellationToken), cancellationToken);

    public override Task<ClusterOverview> ClusterAsync(CancellationToken cancellationToken) =>
        Calls.RunAsync(() => _grains.GetGrain<IClusterGrain>(GrainKeys.Index).DescribeAsync(cancellationToken), cancellationToken);

    public override async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        await Calls.RunAsync(() => Job(id).CancelAsync(cancellationToken), cancellationToken);
    }

    public override async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        await Calls.RunAsync(() => Job(id).DeleteAsync(cancellationToken), cancellationToken);
    }

    public override async Task<IReadOnlyList<string>> VerifyAsync(string id, CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        return await Calls.RunAsync(() => Job(id).VerifyAsync(cancellationToken), cancellationToken);
    }

    public override Task<int> RebuildIndexAsync(CancellationToken cancellationToken) =>
        Calls.RunAsync(() => _grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).RebuildAsync(cancellationToken), cancellationToken);

    public override Task<bool> CreateSetAsync(string id, NewImageSet given, CancellationToken cancellationToken) =>
        Calls.RunAsync(() => Set(id).CreateAsync(given, cancellationToken), cancellationToken);

    public override async Task<IReadOnlyList<ImageSet>> ListSetsAsync(JobQuery query, CancellationToken cancellationToken) =>
        await Calls.RunAsync(() => _grains.GetGrain<IImageSetIndexGrain>(GrainKeys.Index).ListAsync(query, cancellationToken), cancellationToken);

    public override async Task<ImageSet> SetAsync(string id, CancellationToken cancellationToken) =>
        await Calls.RunAsync(() => Set(id).DescribeAsync(cancellationToken), cancellationToken)
            ?? throw new JobException(JobErrorKind.NotFound, $"There is no set {id} in this cluster.");

    public override async Task<IReadOnlyList<SetImage>> SetImagesAsync(string id, string after, int limit, CancellationToken cancellationToken) =>
        await Calls.RunAsync(() => Set(id).ImagesAsync(after, limit, cancellationToken), cancellationToken);

    public override async Task<AddedImage> PutImageAsync(string id, string name, Stream bytes, PutOptions options, CancellationToken cancellationToken)
    {
        IImageSetGrain set = Set(id);
        string part = Guid.NewGuid().ToString("N");
        try
        {
            SetImage sent = await SendAsync(set, part, name, bytes, cancellationToken);
            return await Calls.RunAsync(
                () => set.CompleteAsync(part, sent with { Sha256 = options.Sha256 ?? sent.Sha256 }, options.Replace, cancellationToken), cancellationToken);
        }
        catch
        {
            // What cannot be forgotten now is forgotten when nothing was added to it for an hour.
            await set.ForgetAsync(part, CancellationToken.None).ContinueWith(forgotten => _ = forgotten.Exception, TaskScheduler.Default);
            throw;
        }
    }

    public override Task DeleteImageAsync(string id, string name, CancellationToken cancellationToken) =>
        Calls.RunAsync(() => Set(id).DeleteImageAsync(name, cancellationToken), cancellationToken);

    public override Task DeleteSetAsync(string id, CancellationToken cancellationToken) =>
        Calls.RunAsync(() => Set(id).DeleteAsync(cancellationToken), cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<JobEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception error) when (Transient.Is(error) || error is EnumerationAbortedException)
        {
            return false;
        }
    }

    private async Task<SetImage> SendAsync(IImageSetGrain set, string part, string name, Stream bytes, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PartBytes);
        try
        {
            long offset = 0;
            for (int read = -1; read != 0; offset += read)
            {
                read = await bytes.ReadAtLeastAsync(buffer.AsMemory(0, PartBytes), PartBytes, throwOnEndOfStream: false, cancellationToken);
                if (read > 0 || offset == 0)
                {
                    byte[] sent = buffer[..read];
                    long at = offset;
                    hash.AppendData(sent);
                    await Calls.RunAsync(() => set.WriteAsync(part, at, sent, cancellationToken), cancellationToken);
                }
            }

            return new(name, offset, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task<Stream> OpenAsync(Func<long, CancellationToken, Task<FilePartMessage>> read, CancellationToken cancellationToken) => PartStream.OpenAsync(
        async (offset, token) =>
        {
            FilePartMessage part = await Calls.RunAsync(() => read(offset, token), token);
            return new(part.Length, part.Bytes);
        },
        cancellationToken);

    private IJobGrain Job(string id) => _grains.GetGrain<IJobGrain>(id);

    private IImageSetGrain Set(string id) => _grains.GetGrain<IImageSetGrain>(id);

    private static async Task<IPEndPoint> ResolveAsync(DnsEndPoint gateway, CancellationToken cancellationToken)
    {
        try
        {
            // Silos listen on addresses of version 4 by default.
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(gateway.Host, cancellationToken);
            return new(addresses.OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First(), gateway.Port);
        }
        catch (SocketException error)
        {
            throw new JobException(JobErrorKind.Usage, $"There is no host {gateway.Host}: {error.Message}", error);
        }
    }
}
