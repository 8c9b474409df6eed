r"""Where the next stations go, exactly: four classic questions with one set of extensions.

Places :math:`i` have :math:`w_i` people, :math:`d_{ij}` is the way from site :math:`j` in seconds,
:math:`y_j \in \{0, 1\}` says whether site :math:`j` serves, :math:`N_i = \{j : d_{ij} \le S\}` is
what covers :math:`i`, :math:`b` how many sites have to.

* **LSCP**, location set covering: :math:`\min \sum_j c_j y_j` so that
  :math:`\sum_{j \in N_i} y_j \ge b` for all :math:`i`; :math:`c_j = 1` without costs. C. Toregas,
  R. Swain, C. ReVelle, L. Bergman, "The location of emergency service facilities", Operations
  Research 19, 1971.
* **MCLP**, maximal covering: :math:`\max \sum_i w_i z_i` so that
  :math:`b z_i \le \sum_{j \in N_i} y_j` and :math:`\sum_j y_j \le p`. R. Church, C. ReVelle, "The
  maximal covering location problem", Papers of the Regional Science Association 32, 1974; backup:
  K. Hogan, C. ReVelle, "Concepts and applications of backup coverage", Management Science 32, 1986.
* **p-median**: :math:`\min \sum_i w_i \min_{j: y_j = 1} d_{ij}`. S. L. Hakimi, "Optimum locations
  of switching centers and the absolute centers and medians of a graph", Operations Research 12,
  1964; as an integer programme C. ReVelle, R. Swain, "Central facilities location", Geographical
  Analysis 2, 1970.
* **p-center**: :math:`\min \max_i \min_{j: y_j = 1} d_{ij}`, by set covers of a growing
  :math:`S`. E. Minieka, "The m-center problem", SIAM Review 12, 1970.

Extensions to each: sites that stand already, a budget, capacities (each place goes whole to one
site), backup cover, and the k best answers that differ in their sites.
"""

from coop_service.planning.siting.solve import find_sites

__all__ = ["find_sites"]
