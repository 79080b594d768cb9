namespace MuSc.Grains.Jobs;

/// <summary>
/// Has every block extracted, some at a time. Extractors report to the coordinator when they are done; those that do not are
/// asked again, which also begins the block again where its silo was lost.
/// </summary>
internal sealed partial class ExtractStep(string job, int generation, JobServices services, SiloPlaces places, JobProfile profile)
{
    // What keeps its threads busy, while one block is asked for after the other.
    private const int BlocksOfASilo = 16;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<int, DateTimeOffset> _asked = [];
    private readonly HashSet<int> _moved = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Something has been extracted.</summary>
    public void Wake() => _news.TrySetResult();

    /// <summary>A block is asked for at another silo, as soon as it is asked for again.</summary>
    public void Move(int block) => _moved.Add(block);

    /// <summary>Runs until every block has a hash.</summary>
    /// <param name="hashes">The hashes, filled in by <paramref name="accept"/> and by reports that come in between.</param>
    /// <param name="request">What to ask for a block.</param>
    /// <param name="accept">Takes in an extractor's answer.</param>
    /// <param name="save">Called now and then to store progress.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RunAsync(
        string?[] hashes, Func<int, ExtractionRequest> request, Action<ExtractionMessage> accept, Func<Task> save, CancellationToken cancellationToken)
    {
        while (Array.Exists(hashes, hash => hash is null))
        {
            DateTimeOffset now = services.Time.GetUtcNow();
            foreach (int done in _asked.Keys.Where(block => hashes[block] is not null).ToList())
            {
                _asked.Remove(done);
            }

            // Nobody is asked while no silo has the job's profile: it waits, however long.
            int most = BlocksOfASilo * Math.Max(1, profile.Silos);
            int[] wanted = profile.Missing() is not null ? [] :
            [
                .. _asked.Where(entry => now - entry.Value > AskAgain).Select(entry => entry.Key),
                .. Enumerable.Range(0, hashes.Length).Where(block => hashes[block] is null && !_asked.ContainsKey(block))
                    .Take(Math.Max(0, most - _asked.Count)),
            ];
            await Task.WhenAll(wanted.Select(block => AskAsync(block, request(block), accept, cancellationToken)));
            await save();
            await Task.WhenAny(_news.Task, Task.Delay(Beat, services.Time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task AskAsync(int block, ExtractionRequest request, Action<ExtractionMessage> accept, CancellationToken cancellationToken)
    {
        _asked[block] = services.Time.GetUtcNow();
        IFeatureExtractorGrain extractor = Extractors.Of(services.Grains, GrainKeys.Block(job, generation, block), request.Spec.Device);
        try
        {
            if (_moved.Remove(block))
            {
                await extractor.ReleaseAsync();
            }

            if (await CallAsync(() => places.NearHome(block, () => profile.Call(() => extractor.BeginAsync(request)))) is { } answer)
            {
                accept(answer);
                if (answer.Error is null && !profile.Fits(answer.Profile))
                {
                    await extractor.ReleaseAsync();
                }
            }
        }
        catch (Exception error) when (request.Profile is not null && Transient.Is(error))
        {
            // It is asked again; a silo of the profile may be on its way.
            Log.Silent(services.Logger, job, block, error.Message);
        }
        catch (Exception error) when (error is not (JobException or OperationCanceledException) && !Transient.Is(error))
        {
            accept(new(generation, block, string.Empty, string.Empty, null, error.Message, null));
        }

        // Without a profile, there was no silo that extracts.
        Task<ExtractionMessage?> CallAsync(Func<Task<ExtractionMessage?>> call)
        {
            string role = request.Spec.Device == "cpu" ? SiloRoles.Extract : $"{SiloRoles.Extract} and the device {request.Spec.Device}";
            return request.Profile is null ? services.Calls.ToRoleAsync(role, call, cancellationToken) : call();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 128, Level = LogLevel.Warning, Message = "Job {Job} block {Block}: its extractor did not answer: {Error}")]
        public static partial void Silent(ILogger logger, string job, int block, string error);
    }
}
