using MuSc.Features.Backbones;
using MuSc.Grains.Placement;

namespace MuSc.Grains.Jobs;

/// <summary>
/// The numeric profile of a job's features, and the silos that have it. The platform is chosen before the first block is asked for, the
/// first block that is extracted settles the rest; from then on nothing else is accepted, in later generations neither.
/// </summary>
internal sealed class JobProfile(JobData job, JobServices services)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    // Silos that refused, and until when they are not asked again.
    private readonly Dictionary<string, DateTimeOffset> _refused = [];

    /// <summary>Silos that may extract on the job's kind of device.</summary>
    public int Silos => Extracting().Count();

    private bool OnGpu => Device.Parse(job.Spec.Device).Cuda is not null;

    /// <summary>Chooses the platform that most silos have which may extract, unless that is settled.</summary>
    public void Choose()
    {
        string key = OnGpu ? ProfileFilterDirector.Cuda : ProfileFilterDirector.Cpu;
        job.Platform ??= job.Spec.TokensFile is not null ? null : Extracting().Select(silo => silo.Metadata.GetValueOrDefault(key)).OfType<string>()
            .CountBy(platform => platform).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => entry.Key).FirstOrDefault();
    }

    /// <summary>A silo does not compute as the job needs it, or could not; it is left alone for a while.</summary>
    public void Refuse(string silo) => _refused[silo] = services.Time.GetUtcNow() + Rest;

    /// <summary>Whether features of a profile are the job's.</summary>
    public bool Fits(string profile) => job.WantedProfile is not { } wanted || NumericProfile.Fits(profile, wanted);

    /// <summary>Calls an extractor, which is placed on a silo of the profile.</summary>
    public Task<T> Call<T>(Func<Task<T>> call) => ProfileContext.Call(job.WantedProfile, Refused(), call);

    /// <summary>What the job waits for, in words; null while a silo has its profile.</summary>
    public string? Missing() => job.WantedProfile is not { } wanted || HasOthers(null)
        ? null
        : $"It waits for a silo with the role '{(OnGpu ? $"{SiloRoles.Extract} and {SiloRoles.Gpu}" : SiloRoles.Extract)}' and the numeric profile '{wanted}'.";

    /// <summary>Whether a silo other than this one (null: any silo) may extract for the job now.</summary>
    public bool HasOthers(string? silo)
    {
        string[] refused = Refused();
        return Extracting().Any(other =>
            (job.WantedProfile is not { } wanted || ProfileFilterDirector.MayCompute(other.Metadata, wanted)) && other.Address != silo && !refused.Contains(other.Address));
    }

    private string[] Refused()
    {
        DateTimeOffset now = services.Time.GetUtcNow();
        foreach (string rested in _refused.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
        {
            _refused.Remove(rested);
        }

        return [.. _refused.Keys];
    }

    private IEnumerable<(string Address, IReadOnlyDictionary<string, string> Metadata)> Extracting()
    {
        string[] roles = OnGpu ? [SiloRoles.Extract, SiloRoles.Gpu] : [SiloRoles.Extract];
        return services.Statuses.GetApproximateSiloStatuses(onlyActive: true).Keys
            .Select(silo => (silo.ToParsableString(), (IReadOnlyDictionary<string, string>)services.Metadata.GetSiloMetadata(silo).Metadata))
            .Where(silo => RoleFilterDirector.HasAll(silo.Item2, roles));
    }
}
