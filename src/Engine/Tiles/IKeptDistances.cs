using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>Where the kept values of images that know one another come from, and where all of them go when a map is done. Thread-safe.</summary>
public interface IKeptDistances
{
    /// <summary>Gives an image of a known block what it knows on a map, before any scorer arrives.</summary>
    /// <param name="map">The map's number.</param>
    /// <param name="row">The image's row among the scored ones.</param>
    /// <param name="values">Receives them.</param>
    /// <exception cref="JobException">They are not there, or damaged.</exception>
    void Load(int map, int row, ScorerSelection values);

    /// <summary>Keeps what an image has on a map, once all of its scorers have arrived.</summary>
    /// <param name="map">The map's number.</param>
    /// <param name="row">The image's row among the scored ones.</param>
    /// <param name="values">Its values, ascending, each with the row of its scorer.</param>
    /// <exception cref="JobException">They cannot be written.</exception>
    void Save(int map, int row, ScorerSelection values);
}
