using System.Diagnostics;
using MuSc.Engine.Inputs;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Grains.Compute;
using MuSc.Grains.Placement;
using MuSc.Grains.Storage;
using Orleans.Placement;

namespace MuSc.Grains.Features;

/// <summary>See <see cref="IFeatureExtractorGrain"/>. A block that is lost with its silo is extracted again when it is asked for.</summary>
[RequireRole(SiloRoles.Extract), SameProfile, KeepAlive, Immovable]
public partial class FeatureExtractorGrain(
    BlockExtraction extraction, BlockStore store, ComputePool pool, MuScOptions options, TimeProvider time, ILogger<FeatureExtractorGrain> logger)
    : Grain, IFeatureExtractorGrain, IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();

    // Of this activation alone: another one of the same block may end before it or after it.
    private readonly string _place = Guid.NewGuid().ToString("N");
    private Task? _running;
    private DateTimeOffset _rests;
    private ExtractionMessage? _result;

    private bool IsIdle => _running is not { IsCompleted: false };

    private string Key => this.GetPrimaryKeyString();

    private string Silo => GrainContext.Address.SiloAddress!.ToParsableString();

    public async Task<IReadOnlyList<ImageCheckMessage>> CheckAsync(IReadOnlyList<string> paths, bool applyExif, CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        string job = GrainKeys.Parse(Key).Job;
        return await Task.WhenAll(paths.Select(path => pool.RunAsync(Lane.Checks, job, () =>
        {
            CheckedImage image = ImageCheck.Of(new(path, path), applyExif);
            return new ImageCheckMessage(image.Width, image.Height, image.Problem, image.Hash);
        }, cancellationToken)));
    }

    public Task<ExtractionMessage?> BeginAsync(ExtractionRequest request)
    {
        Begin(request);
        return Task.FromResult(_result);
    }

    public async Task<FeaturePartMessage?> ReadAsync(int stage, long offset)
    {
        if (_result is { Error: null } result)
        {
            try
            {
                return store.Length(_place, stage) is { } length && store.Read(_place, stage, offset, MessageSize.Limit) is { } bytes
                    ? new(result.Hash, length, bytes)
                    : null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Its file is gone or damaged, as if its silo had been lost.
                Log.Lost(logger, error, Key);
                store.Remove(_place);
                _result = null;
            }
        }

        if (IsIdle)
        {
            (string job, int generation, int block) = GrainKeys.Parse(Key);
            if (await GrainFactory.GetGrain<IJobCoordinatorGrain>(job).RequestAsync(generation, block) is { } request)
            {
                Begin(request);
            }
        }

        return null;
    }

    public Task ReleaseAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _end.CancelAsync();
        store.Remove(_place);
    }

    public void Dispose()
    {
        _end.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Begin(ExtractionRequest request)
    {
        if (_result is null && IsIdle && time.GetUtcNow() >= _rests)
        {
            _running = ExtractAsync(request);
        }
    }

    private async Task ExtractAsync(ExtractionRequest request)
    {
        (string job, int generation, int number) = GrainKeys.Parse(Key);
        using Activity? span = ClusterTraces.Begin("extract block", job)?.SetTag("musc.block", number);
        try
        {
            ((string hash, FeatureShape shape), string profile) = await extraction.ExtractAsync(job, request, block => Keep(job, generation, number, block), _end.Token);
            if (_end.IsCancellationRequested)
            {
                // It was kept after the activation had let go of it.
                store.Remove(_place);
                return;
            }

            _result = new(generation, number, hash, profile, FeatureShapeMessage.Of(shape), null, default);
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
            return;
        }
        catch (OtherProfileException other)
        {
            // The block is put back: whoever asks for it next has it placed on another silo.
            DeactivateOnIdle();
            await ReportAsync(job, new(generation, number, string.Empty, other.Profile, null, other.Message, null, Silo));
            return;
        }
        catch (Exception error)
        {
            // Whatever it was, the job hears of it. What is not known to be the job's own fault may pass, or be the silo's: the block can be begun again.
            JobErrorKind? kind = error is ImageFileException ? JobErrorKind.Input : (error as JobException)?.Kind;
            ExtractionMessage failure = new(generation, number, string.Empty, string.Empty, null, error.Message, kind, kind is null ? Silo : null);
            _result = kind is null ? null : failure;
            _rests = time.GetUtcNow() + Rest;
            await ReportAsync(job, failure);
            return;
        }

        Log.Extracted(logger, job, number, _result.Hash);
        await ReportAsync(job, _result);
    }

    private (string Hash, FeatureShape Shape) Keep(string job, int generation, int number, ExtractedBlock block)
    {
        (string hash, FeatureShape shape) = (block.Hash(), block.Shape);
        StoredArray.Write<float>(new JobFolder(options.ResultsRoot, job).ClassTokens(generation, number), block.ClassTokens);
        store.Add(_place, block);
        return (hash, shape);
    }

    // The coordinator asks again where no report arrives, so that one try is enough.
    private async Task ReportAsync(string job, ExtractionMessage extraction)
    {
        try
        {
            await GrainFactory.GetGrain<IJobCoordinatorGrain>(job).ExtractedAsync(extraction);
        }
        catch (Exception error) when (error is TimeoutException or OrleansException)
        {
            Log.NotReported(logger, error, Key);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Job {Job} block {Block} extracted: {Hash}")]
        public static partial void Extracted(ILogger logger, string job, int block, string hash);

        [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "{Key} cannot be read any more and is extracted again")]
        public static partial void Lost(ILogger logger, Exception error, string key);

        [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "{Key} could not be reported to its job")]
        public static partial void NotReported(ILogger logger, Exception error, string key);
    }
}

/// <summary>The same on silos with a graphics processor.</summary>
[RequireRole(SiloRoles.Extract, SiloRoles.Gpu), SameProfile, KeepAlive, Immovable]
public sealed class GpuFeatureExtractorGrain(
    BlockExtraction extraction, BlockStore store, ComputePool pool, MuScOptions options, TimeProvider time, ILogger<FeatureExtractorGrain> logger)
    : FeatureExtractorGrain(extraction, store, pool, options, time, logger), IGpuFeatureExtractorGrain;
