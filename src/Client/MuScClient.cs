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
/// A connection to a cluster: submits jobs, watches them, fetches their results. Every call is tried again while the cluster
/// changes; since a job's identifier is chosen here, a repetition never makes a second job.
/// </summary>
public sealed class MuScClient : IScoringService, IAsyncDisposable
{
    private const int RowsAtOnce = 2_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly IGrainFactory _grains;
    private readonly IHost? _host;
    private RetryPolicy? _calls;

    /// <summary>Uses a client that is connected already.</summary>
    public MuScClient(IGrainFactory grains) => _grains = grains;

    private MuScClient(IHost host)
        : this(host.Services.GetRequiredService<IClusterClient>()) => _host = host;

    /// <summary>How long after its first failure a call is still repeated. The default is 2 minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    private RetryPolicy Calls => _calls ??= new("client", Patience, Pause, Time);

    /// <summary>Connects.</summary>
    /// <param name="address">Where the cluster is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">No silo answered within the address' patience.</exception>
    public static async Task<MuScClient> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken)
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

    public Task<string> SubmitAsync(ScoringJobSpec spec, CancellationToken cancellationToken) =>
        SubmitAsync(spec, $"{Time.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}", cancellationToken);

    /// <summary>Submits a job under an identifier of the caller's; the same call again is the same job.</summary>
    /// <param name="spec">The job. Its images lie where silos reach them; see <see cref="UploadAsync"/> for others.</param>
    /// <param name="job">The identifier.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> SubmitAsync(ScoringJobSpec spec, string job, CancellationToken cancellationToken)
    {
        ScoringJobValidation.Check(spec);
        using Activity? span = ClusterTraces.Begin(ClusterTraces.Submit, job);
        await Calls.RunAsync(() => Job(job).SubmitAsync(spec, cancellationToken), cancellationToken);
        return job;
    }

    /// <summary>Sends an image's bytes to the cluster. The same file again changes nothing.</summary>
    /// <param name="upload">Names the upload; images of one job may share it.</param>
    /// <param name="name">The image's name in the results.</param>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The image as silos find it, for a specification.</returns>
    /// <exception cref="JobException">The cluster does not take it, or something else arrived there than was sent.</exception>
    public async Task<ImageFile> UploadAsync(string upload, string name, Stream bytes, CancellationToken cancellationToken)
    {
        IUploadGrain grain = _grains.GetGrain<IUploadGrain>(upload);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] part = new byte[MessageSize.Limit];
        long offset = 0;
        for (int read = -1; read != 0; offset += read)
        {
            read = await bytes.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellationToken);
            if (read > 0 || offset == 0)
            {
                byte[] sent = part[..read];
                long at = offset;
                hash.AppendData(sent);
                await Calls.RunAsync(() => grain.WriteAsync(name, at, sent, cancellationToken), cancellationToken);
            }
        }

        string sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return new(name, await Calls.RunAsync(() => grain.CompleteAsync(name, offset, sha256, cancellationToken), cancellationToken));
    }

    public Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken) =>
        Calls.RunAsync(() => _grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).ListAsync(0, 1_000), cancellationToken);

    public async Task<JobStatus> StatusAsync(string id, CancellationToken cancellationToken) =>
        await Calls.RunAsync(() => Job(id).StatusAsync(cancellationToken), cancellationToken)
            ?? throw new JobException(JobErrorKind.Usage, $"There is no job {id} in this cluster.");

    public async IAsyncEnumerable<JobProgress> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        long seen = 0;
        while (true)
        {
            await using IAsyncEnumerator<JobEvent> events = Job(id).WatchAsync(seen, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events))
            {
                seen = events.Current.Number;
                yield return events.Current.Progress;
            }

            // The stream ends with the job, or with the silo that served it: then it goes on from what was seen last.
            if ((await StatusAsync(id, cancellationToken)).HasEnded)
            {
                yield break;
            }

            await Task.Delay(Pause, Time, cancellationToken);
        }
    }

    public async Task<JobResults> ResultsAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (JobProgress _ in WatchAsync(id, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        JobStatus status = await StatusAsync(id, cancellationToken);
        switch (status.State)
        {
            case JobState.Failed:
                throw new JobException(status.ErrorKind ?? JobErrorKind.Resource, status.Error ?? "The job failed.");
            case JobState.Cancelled:
                throw new OperationCanceledException($"The job {id} was cancelled.");
        }

        List<ImageResult> lines = [];
        ResultPageMessage page;
        do
        {
            page = await Calls.RunAsync(() => Job(id).ResultsAsync(lines.Count, RowsAtOnce, cancellationToken), cancellationToken);
            lines.AddRange(MessagePackSerializer.Deserialize<ResultRow[]>(page.Rows, cancellationToken: cancellationToken).Select(row => row.ToResult()));
        }
        while (lines.Count < page.Total);

        return new(lines, page.Folder, page.PhaseTimes);
    }

    /// <summary>All lines of the results as one MessagePack array of maps.</summary>
    public async Task<byte[]> ResultsMessagePackAsync(string id, CancellationToken cancellationToken)
    {
        JobResults results = await ResultsAsync(id, cancellationToken);
        return MessagePackSerializer.Serialize(results.Images.Select(ResultRow.Of).ToArray(), cancellationToken: cancellationToken);
    }

    /// <summary>Copies a file of the results, such as <c>maps/a.tiff</c>.</summary>
    /// <param name="id">The job.</param>
    /// <param name="name">The path below its folder of results.</param>
    /// <param name="target">Where the bytes go.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DownloadAsync(string id, string name, Stream target, CancellationToken cancellationToken)
    {
        long done = 0;
        FilePartMessage part;
        do
        {
            long offset = done;
            part = await Calls.RunAsync(() => Job(id).ReadFileAsync(name, offset, cancellationToken), cancellationToken);
            await target.WriteAsync(part.Bytes, cancellationToken);
            done += part.Bytes.Length;
        }
        while (done < part.Length && part.Bytes.Length > 0);
    }

    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        await Calls.RunAsync(() => Job(id).CancelAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Deletes a job that has ended, with its results.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        await Calls.RunAsync(() => Job(id).DeleteAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Compares every file of a finished job's results with what was written.</summary>
    /// <returns>A line for each file that is not as it was written; none if all are.</returns>
    public async Task<IReadOnlyList<string>> VerifyAsync(string id, CancellationToken cancellationToken)
    {
        await StatusAsync(id, cancellationToken);
        return await Calls.RunAsync(() => Job(id).VerifyAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Lists all jobs anew from what lies on the cluster's disk.</summary>
    /// <returns>How many are listed now.</returns>
    public Task<int> RebuildIndexAsync(CancellationToken cancellationToken) =>
        Calls.RunAsync(() => _grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).RebuildAsync(cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
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

    private IJobGrain Job(string id) => _grains.GetGrain<IJobGrain>(id);

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
